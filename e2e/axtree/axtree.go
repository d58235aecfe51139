// Package axtree writes the accessibility tree of a page, as Chromium computes it
// for screen readers, as a text that people can read, review and compare:
//
//	RootWebArea "Sign in · Sessionferry"
//	  main
//	    heading "Sign in" [level=1]
//	    textbox "Email" = "olga@company.example" [focused, required]
//	    paragraph: There is no password yet?
//
// A line has a role, the name in quotes, the value after "=", the states that are
// spoken, and after "described:" what explains the field. What no reader stops at
// (boxes, emphasis) is left out; the text in it joins the text around it.
package axtree

import (
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
)

// Moment stands for a time or a day: no two runs have the same.
const Moment = "<time>"

// Text writes a tree. The page's document tells what the tree does not: which
// elements are parts of a line of text, and which are current.
func Text(nodes []*accessibility.Node, document *cdp.Node) string {
	if len(nodes) == 0 {
		return ""
	}
	t := &tree{nodes: map[accessibility.NodeID]*accessibility.Node{}, elements: map[cdp.BackendNodeID]*cdp.Node{}}
	for _, n := range nodes {
		t.nodes[n.NodeID] = n
	}
	t.know(document)
	var out strings.Builder
	t.line(nodes[0]).write(&out, 0)
	return out.String()
}

type tree struct {
	nodes    map[accessibility.NodeID]*accessibility.Node
	elements map[cdp.BackendNodeID]*cdp.Node
}

func (t *tree) know(n *cdp.Node) {
	t.elements[n.BackendNodeID] = n
	for _, child := range slices.Concat(n.PseudoElements, n.Children) {
		t.know(child)
	}
}

var (
	// boxes are the roles at which no reader stops.
	boxes = []string{"none", "generic", "strong", "emphasis", "code", "rowgroup", "MenuListPopup"}

	// inline are the elements of such roles that stand within a line of text.
	inline = []string{"bdi", "code", "em", "strong"}

	// labels say what the name of a field or a group says again.
	labels = []string{"LabelText", "Legend"}

	// silent are what a text and a list say already.
	silent = []string{"InlineTextBox", "ListMarker"}

	// named are the roles of which a reader tells the name, and nothing that is inside.
	named = []string{"button", "checkbox", "DisclosureTriangle", "heading", "link", "option", "radio", "searchbox", "term", "textbox"}

	// parts are the roles of which a reader tells what is inside; their name is the same.
	parts = []string{"cell", "columnheader", "row", "rowheader"}
)

// lines are a node's own line, or those of what is in it.
func (t *tree) lines(n *accessibility.Node) []*line {
	role := word(n.Role)
	switch {
	case slices.Contains(silent, role):
		return nil
	case n.Ignored || slices.Contains(boxes, role):
		inside := t.inside(n)
		if e := t.elements[n.BackendDOMNodeID]; e == nil || slices.Contains(inline, e.LocalName) {
			return inside
		}
		return slices.Concat([]*line{{ends: true}}, inside, []*line{{ends: true}})
	case slices.Contains(labels, role):
		return slices.DeleteFunc(t.inside(n), (*line).isText)
	case role == "time":
		return []*line{{text: Moment}}
	case role == "StaticText":
		return []*line{{text: word(n.Name)}}
	case role == "LineBreak":
		return []*line{{text: " "}}
	default:
		return []*line{t.line(n)}
	}
}

func (t *tree) inside(n *accessibility.Node) (all []*line) {
	for _, id := range n.ChildIDs {
		if child := t.nodes[id]; child != nil {
			all = append(all, t.lines(child)...)
		}
	}
	return all
}

// line is the line of a node at which a reader stops.
func (t *tree) line(n *accessibility.Node) *line {
	l := &line{role: word(n.Role), name: tidy(word(n.Name)), value: tidy(word(n.Value)), states: t.states(n), described: tidy(word(n.Description))}
	if l.described == l.name {
		l.described = "" // a reader does not repeat it
	}
	l.inside = joined(t.inside(n))
	switch {
	case slices.Contains(parts, l.role):
		l.name = ""
	case slices.Contains(named, l.role):
		l.inside = slices.DeleteFunc(l.inside, (*line).isText)
	}
	if len(l.inside) == 1 && l.inside[0].isText() && l.name == "" {
		l.says, l.inside = l.inside[0].text, nil
	}
	return l
}
