package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sessionferry/apps/catalogue"
	"sessionferry/internal/cli"
)

func appsShow(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Say what an app's rule reads, proves, carries and leaves behind", Args: cobra.ExactArgs(1),
		ValidArgsFunction: cli.First(offeredApps(dir)),
		RunE: func(cmd *cobra.Command, args []string) error {
			known, err := openApps(*dir)
			if err != nil {
				return err
			}
			a, err := known.Get(args[0])
			if err != nil {
				return similarApps(args[0], known.Names(), err)
			}
			d := describe(a)
			return cli.Print(cmd, d, d.print)
		},
	}
}

// description is what "apps show --json" prints. Its sentences are for people.
type description struct {
	App     string   `json:"app"`
	Name    string   `json:"name"`
	Domains []string `json:"domains"` // ["*"]: the card's own site
	Offered bool     `json:"offered"`
	Card    string   `json:"card"` // the kind of the name on a card
	Grade   string   `json:"grade"`
	Checked string   `json:"checked"`
	Source  string   `json:"source"`
	Reads   []string `json:"reads"`
	Proves  string   `json:"proves"`
	Carries string   `json:"carries"`
	Leaves  string   `json:"leaves"`
	Asks    string   `json:"asks"`
}

func describe(a *catalogue.App) description {
	d := description{App: a.App, Name: a.Name, Domains: a.Domains, Offered: a.Offered(), Card: a.Card,
		Grade: string(a.Evidence.Grade), Checked: day(a.Evidence), Source: a.Evidence.Source,
		Reads: reads(&a.Rule), Proves: proves(a), Asks: asks(a)}
	d.Carries, d.Leaves = travels(&a.Rule)
	return d
}

// reads says what each list of the rule looks at.
func reads(rule *catalogue.Rule) []string {
	out := []string{}
	for _, group := range rule.SignedIn {
		out = append(out, "signed in by "+names(group, " with "))
	}
	for _, l := range []struct {
		what string
		list []catalogue.Selector
	}{
		{"perhaps signed in by", rule.MaybeSignedIn},
		{"signed out by", rule.SignedOutIf},
		{"the account in use from", rule.Active},
		{"other accounts from", rule.Others},
		{"all accounts from", rule.Roster},
		{"several accounts by", rule.SeveralIf},
		{"names that outlive a sign-out from", rule.Hints},
		{"acting as another by", rule.Acting},
		{"its end from", rule.Expires},
		{"replaced within minutes:", rule.Rotating},
		{"tied to the device by", rule.Bound},
	} {
		if len(l.list) > 0 {
			out = append(out, l.what+" "+names(l.list, ", "))
		}
	}
	return out
}

func names(list []catalogue.Selector, between string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.Name.String()
		if s.Store != catalogue.Cookie {
			out[i] = string(s.Store) + " " + out[i]
		}
		if s.Kind != "" {
			out[i] += " (" + s.Kind + ")"
		}
	}
	return strings.Join(out, between)
}

func proves(a *catalogue.App) string {
	switch {
	case a.Rule.Empty():
		return "nothing: it has no rule, so a runner asks the app on arrival"
	case a.Evidence.Checked.IsZero():
		return "nothing by itself: its rule was never checked"
	case a.Rule.Complete == catalogue.CompleteNo:
		return "who is signed in at most: the list of accounts is sealed or on the server"
	case a.Rule.Complete == catalogue.CompleteAssumed:
		return "one account, assumed: no list of accounts was ever seen, so a runner confirms it on arrival"
	}
	return "exactly one account, until its check is 12 months old; then a runner confirms it on arrival"
}

func travels(rule *catalogue.Rule) (carries, leaves string) {
	leaves = "lists of accounts and telemetry"
	switch {
	case len(rule.Need) > 0:
		carries, leaves = names(rule.Need, ", "), "all else"
	case rule.Empty():
		carries, leaves = "what looks like a session", "all else"
	default:
		carries = "every cookie and all storage of its domains"
	}
	if len(rule.Leave) > 0 {
		leaves += ", above all " + names(rule.Leave, ", ")
	}
	return carries, leaves
}

func asks(a *catalogue.App) string {
	w := a.Question()
	if w == nil {
		return "nobody: " + a.Unasked
	}
	who := "the runner"
	if a.Probe != nil {
		who = "the person's browser and the runner"
	}
	return fmt.Sprintf("%s: GET %s, which names the %s", who, strings.Join(w.Get, " or "), w.Kind)
}

func (d description) print(w io.Writer) error {
	offered := "cards can be made for it"
	if !d.Offered {
		offered = "not supported yet"
	}
	fmt.Fprintf(w, "%s (%s), %s\n", d.Name, d.App, offered)
	row := func(name, value string) { fmt.Fprintf(w, "  %-9s %s\n", name, value) }
	row("sites", sites(d.Domains))
	for i, r := range d.Reads {
		row([]string{"reads", ""}[min(i, 1)], r)
	}
	row("proves", d.Proves)
	row("carries", d.Carries)
	row("leaves", d.Leaves)
	row("asks", d.Asks)
	row("card", "names the account by its "+d.Card)
	_, err := fmt.Fprintf(w, "  %-9s grade %s, checked %s: %s\n", "evidence", d.Grade, d.Checked, d.Source)
	return err
}
