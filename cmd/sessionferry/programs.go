package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"sessionferry/host"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

// pickProgram returns the device or runner that an id, or the beginning of one,
// names.
func pickProgram(list []host.Program, typed string) (host.Program, error) {
	p, found := cli.ByPrefix(list, typed, host.Program.Handle)
	switch found {
	case 1:
		return p, nil
	case 0:
		return p, session.Errorf(session.CodeProgramUnknown, "no id begins with %q", typed)
	}
	return p, cli.WithNext(cli.Valuef("%d devices and runners have an id that begins with %q", found, typed),
		`Give more of the ID that "sessionferry devices" shows.`)
}

// pickUntrusted is pickProgram or, without an id, the only program that is not
// trusted yet.
func pickUntrusted(list []host.Program, args []string) (host.Program, error) {
	if len(args) > 0 {
		return pickProgram(list, args[0])
	}
	var found []host.Program
	for _, p := range list {
		if !p.Listed {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return host.Program{}, session.Errorf(session.CodeProgramUnknown, "all are trusted")
	}
	return host.Program{}, cli.WithNext(cli.Valuef("%d devices and runners are not trusted yet", len(found)), `Give the ID of one that "sessionferry devices" shows.`)
}

// programs completes the id of a device or runner that fits.
func (open opener) programs(fits func(host.Program) bool) cli.CompletionFunc {
	return cli.Choices(func(ctx context.Context) ([]cli.Choice, error) {
		s, err := open()
		if err != nil {
			return nil, err
		}
		list, err := s.Programs(ctx)
		var choices []cli.Choice
		for _, p := range list {
			if fits(p) {
				choices = append(choices, cli.Choice{Value: p.Handle(), Meaning: p.Role + " " + p.Name})
			}
		}
		return choices, err
	})
}

// programRow is a program as --json prints it.
type programRow struct {
	ID          string    `json:"id"`
	Role        string    `json:"role"`
	Name        string    `json:"name"`
	Fingerprint string    `json:"fingerprint"`
	Trusted     bool      `json:"trusted"`
	Seen        time.Time `json:"seen,omitzero"` // zero if the vault does not name it
	Current     bool      `json:"current"`
}

func programRows(list []host.Program) []programRow {
	rows := make([]programRow, len(list))
	for i, p := range list {
		rows[i] = programRow{p.Handle(), p.Role, p.Name, p.Key.ID().Fingerprint(), p.Listed, p.Seen, p.Current}
	}
	return rows
}

func printPrograms(out io.Writer, list []host.Program) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tKIND\tNAME\tTRUSTED\tLAST SEEN\tFINGERPRINT")
	for _, r := range programRows(list) {
		trusted, name, seen := "no", session.Shown(r.Name), "not at the vault"
		if r.Trusted {
			trusted = "yes"
		}
		if r.Current {
			name += " (this one)"
		}
		if !r.Seen.IsZero() {
			seen = r.Seen.Local().Format("2006-01-02 15:04")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, session.Shown(r.Role), name, trusted, seen, r.Fingerprint)
	}
	return w.Flush()
}
