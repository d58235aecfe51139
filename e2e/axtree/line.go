package axtree

import (
	"fmt"
	"strconv"
	"strings"
)

// line is what the text has of a node, or of a run of text, which has no role; or
// it tells that the line of text ends here.
type line struct {
	role, name, value, says, described string
	states                             []string

	text   string
	ends   bool
	inside []*line
}

func (l *line) isText() bool { return l.role == "" }

// joined makes one of neighbouring texts, and drops those that say nothing.
func joined(lines []*line) (out []*line) {
	open := false
	for _, l := range lines {
		switch {
		case l.ends:
			open = false
		case l.isText() && open:
			out[len(out)-1].text += l.text
		default:
			out = append(out, l)
			open = l.isText()
		}
	}
	kept := out[:0]
	for _, l := range out {
		l.text = tidy(l.text)
		if !l.isText() || l.text != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

func (l *line) write(out *strings.Builder, depth int) {
	out.WriteString(strings.Repeat("  ", depth))
	if l.isText() {
		fmt.Fprintf(out, "text: %s\n", l.text)
		return
	}
	out.WriteString(l.role)
	if l.name != "" {
		out.WriteString(" " + quoted(l.name))
	}
	if l.value != "" {
		out.WriteString(" = " + quoted(l.value))
	}
	if len(l.states) > 0 {
		fmt.Fprintf(out, " [%s]", strings.Join(l.states, ", "))
	}
	if l.says != "" {
		out.WriteString(": " + l.says)
	}
	if l.described != "" {
		out.WriteString(" described: " + l.described)
	}
	out.WriteString("\n")
	for _, inside := range shortened(l.inside) {
		inside.write(out, depth+1)
	}
}

// Of a longer run of lines of one role, as a table of everything has it, a few are
// written: the others are made by the same loop.
const (
	many = 10
	few  = 3
)

func shortened(lines []*line) (out []*line) {
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && lines[n].role == lines[0].role {
			n++
		}
		if n > many {
			out = append(append(out, lines[:few]...), &line{text: "..."})
		} else {
			out = append(out, lines[:n]...)
		}
		lines = lines[n:]
	}
	return out
}

// isolation are the marks that keep the direction of a name from the text around
// it. They are seen by nobody, and so do no good in a text to review.
var isolation = strings.NewReplacer("\u2068", "", "\u2069", "")

func tidy(s string) string { return strings.Join(strings.Fields(isolation.Replace(s)), " ") }

// quoted leaves letters of all scripts as they are.
func quoted(s string) string {
	if strconv.CanBackquote(s) && !strings.ContainsAny(s, `"\`) {
		return `"` + s + `"`
	}
	return strconv.Quote(s)
}
