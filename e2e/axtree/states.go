package axtree

import (
	"encoding/json"
	"fmt"

	"github.com/chromedp/cdproto/accessibility"
)

// spoken are the properties that a screen reader tells, in the order in which they
// are written.
var spoken = []accessibility.PropertyName{
	accessibility.PropertyNameLevel,
	accessibility.PropertyNameFocused,
	accessibility.PropertyNameExpanded,
	accessibility.PropertyNameChecked,
	accessibility.PropertyNamePressed,
	accessibility.PropertyNameSelected,
	accessibility.PropertyNameDisabled,
	accessibility.PropertyNameReadonly,
	accessibility.PropertyNameRequired,
	accessibility.PropertyNameInvalid,
	accessibility.PropertyNameBusy,
	accessibility.PropertyNameModal,
	accessibility.PropertyNameHasPopup,
}

// states are those of a node that a screen reader tells.
func (t *tree) states(n *accessibility.Node) (out []string) {
	is := map[accessibility.PropertyName]string{}
	for _, p := range n.Properties {
		is[p.Name] = word(p.Value)
	}
	switch word(n.Role) {
	case "RootWebArea": // it has the focus whenever nothing on it has
		return nil
	case "listitem": // the level is told by the indentation
		delete(is, accessibility.PropertyNameLevel)
	}
	for _, name := range spoken {
		switch value := is[name]; {
		case value == "true":
			out = append(out, string(name))
		case value == "false" && (name == accessibility.PropertyNameExpanded || name == accessibility.PropertyNameChecked || name == accessibility.PropertyNamePressed):
			out = append(out, "not "+string(name))
		case value != "" && value != "false":
			out = append(out, fmt.Sprintf("%s=%s", name, value))
		}
	}
	if current := t.attribute(n, "aria-current"); current != "" {
		out = append(out, "current="+current)
	}
	return out
}

// attribute is one of a node's element.
func (t *tree) attribute(n *accessibility.Node, name string) string {
	if e := t.elements[n.BackendDOMNodeID]; e != nil {
		for i := 0; i+1 < len(e.Attributes); i += 2 {
			if e.Attributes[i] == name {
				return e.Attributes[i+1]
			}
		}
	}
	return ""
}

// word is a value of the tree as text; "" where there is none.
func word(v *accessibility.Value) string {
	if v == nil || len(v.Value) == 0 {
		return ""
	}
	var value any
	if err := json.Unmarshal(v.Value, &value); err != nil || value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
