package main

import "testing"

func TestFaultOf(t *testing.T) {
	for _, c := range []struct {
		licence string
		ships   bool
		fine    bool
	}{
		{"MIT", true, true},
		{"BSD-3-Clause AND MPL-2.0", true, true},
		{"(MIT OR GPL-3.0-or-later)", true, true},
		{"GPL-3.0-only", true, false},
		{"GPL-3.0-only", false, false},
		{"MIT AND AGPL-3.0-only", false, false},
		{"CC-BY-4.0", true, false},
		{"CC-BY-4.0", false, true},
		{"", true, false},
		{"", false, true},
		{"SEE LICENSE IN eula.txt", false, false},
	} {
		if fault := faultOf(dependency{"d", c.licence, c.ships}); (fault == "") != c.fine {
			t.Errorf("%+v: %q", c, fault)
		}
	}
}

func TestExpression(t *testing.T) {
	for want, licence := range map[string]any{
		"":                    nil,
		"MIT":                 "MIT",
		"BSD-3-Clause":        "BSD",
		"MIT OR Apache-2.0":   "MIT OR Apache2",
		"MIT OR GPL-2.0":      []any{"MIT", map[string]any{"type": "GPL-2.0"}},
		"(MIT OR CC0-1.0)":    "(MIT OR CC0-1.0)",
		"SEE LICENSE IN eula": "SEE LICENSE IN eula",
	} {
		if got := expression(licence); got != want {
			t.Errorf("%v: %q, not %q", licence, got, want)
		}
	}
}
