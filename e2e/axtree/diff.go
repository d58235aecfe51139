package axtree

import (
	"slices"
	"strings"
)

// around is how many equal lines are shown before and after one that differs.
const around = 2

// Diff shows where two trees differ, line by line: "-" is only in want, "+" only
// in got. It is "" where they are the same.
func Diff(want, got string) string {
	if want == got {
		return ""
	}
	lines := compared(strings.Split(want, "\n"), strings.Split(got, "\n"))
	var out strings.Builder
	shown := 0
	for i, l := range lines {
		near := lines[max(0, i-around):min(len(lines), i+around+1)]
		if !slices.ContainsFunc(near, func(l string) bool { return l[0] != ' ' }) {
			continue
		}
		if i > shown {
			out.WriteString("...\n")
		}
		out.WriteString(l + "\n")
		shown = i + 1
	}
	return out.String()
}

// compared are the lines of both, each with "-", "+" or " " before it, by their
// longest common part.
func compared(a, b []string) (out []string) {
	// common[i][j] is the length of the longest common part of a[i:] and b[j:].
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, "  "+a[i])
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			out = append(out, "- "+a[i])
			i++
		default:
			out = append(out, "+ "+b[j])
			j++
		}
	}
	return out
}
