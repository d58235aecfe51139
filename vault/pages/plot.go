package pages

import (
	"fmt"
	"html"
	"html/template"
	"strings"
	"time"
)

// Day is how the tasks of one UTC day ended.
type Day struct {
	Day           time.Time
	Used, Invalid int
}

// All is how many tasks there were.
func (d Day) All() int { return d.Used + d.Invalid }

// Plot is the success of tasks by time, oldest day first, without gaps.
type Plot struct{ Days []Day }

// From is the first day.
func (p Plot) From() time.Time { return p.Days[0].Day }

// To is the last day.
func (p Plot) To() time.Time { return p.Days[len(p.Days)-1].Day }

// Any reports whether there was a task.
func (p Plot) Any() bool { return p.All() > 0 }

// Good is how many tasks found the session good.
func (p Plot) Good() (n int) {
	for _, d := range p.Days {
		n += d.Used
	}
	return n
}

// All is how many tasks there were.
func (p Plot) All() (n int) {
	for _, d := range p.Days {
		n += d.All()
	}
	return n
}

// The plot's measures, in its own units.
const (
	plotHeight = 96
	plotDay    = 16
	plotBar    = 10
)

// SVG draws a bar a day: its height is the share of tasks that found the session
// good, and above it, in another pattern, of those that did not. A day without a
// task is a dot. The table beside it says the same in words.
func (p Plot) SVG(label string) template.HTML {
	var b strings.Builder
	width := len(p.Days) * plotDay
	fmt.Fprintf(&b, `<svg class="plot" viewBox="0 0 %d %d" role="img" aria-label="%s">`, width, plotHeight+4, html.EscapeString(label))
	b.WriteString(`<defs><pattern id="bad" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="bad" width="2" height="4"/></pattern></defs>`)
	for i, d := range p.Days {
		x := i*plotDay + (plotDay-plotBar)/2
		if d.All() == 0 {
			fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="1.5"/>`, x+plotBar/2, plotHeight)
			continue
		}
		good := plotHeight * d.Used / d.All()
		fmt.Fprintf(&b, `<rect fill="url(#bad)" x="%d" y="0" width="%d" height="%d" rx="2"/>`, x, plotBar, plotHeight-good)
		fmt.Fprintf(&b, `<rect class="good" x="%d" y="%d" width="%d" height="%d" rx="2"/>`, x, plotHeight-good, plotBar, good)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers, and a label that is escaped
}
