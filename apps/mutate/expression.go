package main

import "regexp/syntax"

// otherExpressions are expressions in which one alternative, one optional part or
// one count is another. They have the groups of source, since keys name them.
func otherExpressions(source string) []string {
	var out []string
	for at := 0; ; at++ {
		tree, err := syntax.Parse(source, syntax.Perl)
		if err != nil {
			return out // the file's own expressions parse
		}
		groups, left := tree.MaxCap(), at
		if !changeNth(tree, &left) {
			return out
		}
		if tree.MaxCap() == groups {
			out = append(out, tree.String())
		}
	}
}

// changeNth makes the change number *left of those that a tree allows; false if it
// allows fewer.
func changeNth(tree *syntax.Regexp, left *int) bool {
	mine := func(change func()) bool {
		if *left--; *left == -1 {
			change()
			return true
		}
		return false
	}
	switch tree.Op {
	case syntax.OpAlternate:
		for i := range tree.Sub {
			if mine(func() { tree.Sub = append(tree.Sub[:i:i], tree.Sub[i+1:]...) }) {
				return true
			}
		}
	case syntax.OpQuest:
		if mine(func() { *tree = *tree.Sub[0] }) || mine(func() { *tree = syntax.Regexp{Op: syntax.OpEmptyMatch} }) {
			return true
		}
	case syntax.OpRepeat:
		if mine(func() { tree.Min, tree.Max = tree.Max+1, tree.Max+1 }) {
			return true
		}
	}
	for _, sub := range tree.Sub {
		if changeNth(sub, left) {
			return true
		}
	}
	return false
}
