package pages

import "html/template"

// icons are paths on a grid of 24 with strokes of 2. Those that the extension's
// popup has too are the same there.
var icons = map[string]string{
	"share":  "M4 15v4a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-4M12 15V4m0 0L7.5 8.5M12 4l4.5 4.5",
	"trash":  "M4 7h16M9.5 7V4.5h5V7M6.5 7l.8 12.2a.9.9 0 0 0 .9.8h7.6a.9.9 0 0 0 .9-.8L17.5 7M10 11v5.5M14 11v5.5",
	"search": "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm9 2-4-4",
	"plus":   "M12 5v14M5 12h14",
	"back":   "M15 5l-7 7 7 7",
	"check":  "M5 12.5l4.5 4.5L19 7.5",
	"alert":  "M12 8v5m0 3.5v.01M12 3.5l9.5 16.5h-19L12 3.5Z",
	"shield": "M12 3.5l7 2.5v5.5c0 4.2-2.9 7.3-7 9-4.1-1.7-7-4.8-7-9V6l7-2.5Zm-3 8.5l2.2 2.2L15.2 10",
	"clock":  "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2",
	"spin":   "M12 3.5a8.5 8.5 0 1 1-8.5 8.5",
	"plug":   "M9 3.5V8m6-4.5V8M6.5 8h11v3a5.5 5.5 0 0 1-11 0V8ZM12 16.5v4",

	"cards":  "M4 5.5h16v13H4zM4 10h16M7.5 14.5h4",
	"person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8a7.5 7.5 0 0 1 15 0",
	"out":    "M13 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h7M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5",
	"open":   "M13.5 4H20v6.5M20 4l-9 9M10 5H5a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h13a1 1 0 0 0 1-1v-5",
	"ring":   "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z",
	"edit":   "M4 20h4L19 9l-4-4L4 16v4ZM13 7l4 4",
}

// stateIcons tell the states apart without their colours.
var stateIcons = map[string]string{"none": "ring", "transferred": "check", "confirming": "spin", "expired": "clock", "invalid": "alert"}

// icon is a picture that says what the text beside it says, and so is silent.
func icon(name string) template.HTML {
	if of, ok := stateIcons[name]; ok {
		name = of
	}
	path, ok := icons[name]
	if !ok {
		panic("pages: no icon " + name) // a test draws every page
	}
	class := "icon"
	if name == "spin" {
		class = "icon spin" // it turns
	}
	return template.HTML(`<svg class="` + class + `" viewBox="0 0 24 24" aria-hidden="true"><path d="` + path + `"/></svg>`) //nolint:gosec // it is one of the above
}
