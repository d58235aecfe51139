package main

import (
	"slices"

	"sessionferry/apps/catalogue"
)

// clone copies an app so far that a mutant's change reaches no other.
func clone(a *catalogue.App) *catalogue.App {
	x := *a
	x.Domains = slices.Clone(a.Domains)
	x.Whoami, x.Probe = cloneQuestion(a.Whoami), cloneQuestion(a.Probe)
	for _, l := range lists {
		*l.in(&x) = cloneSelectors(*l.in(a))
	}
	x.Rule.SignedIn = slices.Clone(a.Rule.SignedIn)
	for i := range x.Rule.SignedIn {
		x.Rule.SignedIn[i] = cloneSelectors(x.Rule.SignedIn[i])
	}
	return &x
}

func cloneSelectors(list []catalogue.Selector) []catalogue.Selector {
	out := slices.Clone(list)
	for i := range out {
		out[i].Via = slices.Clone(out[i].Via)
	}
	return out
}

func cloneQuestion(w *catalogue.Whoami) *catalogue.Whoami {
	if w == nil {
		return nil
	}
	q := *w
	q.Get, q.Via, q.SignedOut.Status = slices.Clone(w.Get), slices.Clone(w.Via), slices.Clone(w.SignedOut.Status)
	q.SignedOut.Header = slices.Clone(w.SignedOut.Header)
	q.SignedOut.Any = slices.Clone(w.SignedOut.Any)
	for i := range q.SignedOut.Any {
		q.SignedOut.Any[i] = slices.Clone(q.SignedOut.Any[i])
	}
	return &q
}
