package axtree

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/stretchr/testify/assert"
)

// page builds a tree of the kind that the browser tells.
type page struct{ nodes []*accessibility.Node }

// add adds a node with a role and a name below another, with properties in pairs.
func (p *page) add(below *accessibility.Node, role, name string, properties ...string) *accessibility.Node {
	id := accessibility.NodeID(rune('a' + len(p.nodes)))
	n := &accessibility.Node{NodeID: id, Role: said(role), Name: said(name), BackendDOMNodeID: cdp.BackendNodeID(len(p.nodes))}
	for i := 0; i < len(properties); i += 2 {
		n.Properties = append(n.Properties, &accessibility.Property{Name: accessibility.PropertyName(properties[i]), Value: said(properties[i+1])})
	}
	if below != nil {
		below.ChildIDs = append(below.ChildIDs, id)
	}
	p.nodes = append(p.nodes, n)
	return n
}

// text adds a run of text, and what Chromium has below each.
func (p *page) text(below *accessibility.Node, text string) {
	p.add(p.add(below, "StaticText", text), "InlineTextBox", text)
}

func said(text string) *accessibility.Value {
	data, _ := json.Marshal(text) // a string has a JSON form
	return &accessibility.Value{Value: data}
}

func TestText(t *testing.T) {
	p := &page{}
	root := p.add(nil, "RootWebArea", "Sign in", "focused", "true")
	document := &cdp.Node{}

	form := p.add(root, "form", "")
	heading := p.add(form, "heading", "Sign  in", "level", "1")
	p.text(heading, "Sign  in")
	label := p.add(form, "LabelText", "")
	p.text(label, "Email")
	field := p.add(label, "textbox", "Email", "focused", "true", "required", "true", "invalid", "true", "disabled", "false")
	field.Value, field.Description = said("a@b"), said("It is wrong.")
	p.text(field, "a@b")

	paragraph := p.add(form, "paragraph", "")
	p.text(paragraph, "You are ")
	name := p.add(paragraph, "none", "")
	document.Children = append(document.Children, &cdp.Node{BackendNodeID: name.BackendDOMNodeID, LocalName: "bdi"})
	p.text(name, "Olga \"O\"")
	p.text(paragraph, ", since ")
	p.text(p.add(paragraph, "time", ""), "today")
	box := p.add(form, "generic", "")
	document.Children = append(document.Children, &cdp.Node{BackendNodeID: box.BackendDOMNodeID, LocalName: "div"})
	p.text(box, "Another line")

	link := p.add(root, "link", `The "O"`)
	document.Children = append(document.Children, &cdp.Node{BackendNodeID: link.BackendDOMNodeID, LocalName: "a", Attributes: []string{"href", "/", "aria-current", "page"}})
	p.text(link, "O")
	p.add(root, "checkbox", "I agree", "checked", "false")

	assert.Equal(t, `RootWebArea "Sign in"
  form
    heading "Sign in" [level=1]
    textbox "Email" = "a@b" [focused, required, invalid] described: It is wrong.
    paragraph: You are Olga "O", since <time>
    text: Another line
  link "The \"O\"" [current=page]
  checkbox "I agree" [not checked]
`, Text(p.nodes, document))
}

func TestTextOfALongList(t *testing.T) {
	p := &page{}
	root := p.add(nil, "list", "")
	for range 11 {
		p.text(p.add(root, "listitem", "", "level", "1"), "again")
	}
	assert.Equal(t, "list\n  listitem: again\n  listitem: again\n  listitem: again\n  text: ...\n", Text(p.nodes, &cdp.Node{BackendNodeID: -1}))
}
