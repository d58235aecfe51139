package apps

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"sessionferry/session"
)

// WriteVectorTable writes results for people: a line each, what was found, what
// was wanted where they differ, and the sum. Vectors hold invented values only,
// so identities are not masked.
func WriteVectorTable(w io.Writer, results []VectorResult) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	failed := 0
	for _, r := range results {
		mark, wanted := "ok", ""
		if !r.Pass {
			failed++
			mark, wanted = "FAIL", "wanted: "+r.Want.String()
		}
		if _, err := fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", mark, r.ID, r.App, r.Got.String(), wanted); err != nil {
			return err
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d passed, %d failed\n", len(results)-failed, failed)
	return err
}

// WriteVectorJSON writes results for programs: one object with the counts
// passed and failed and the list results (VectorResult), and a line feed.
func WriteVectorJSON(w io.Writer, results []VectorResult) error {
	sum := struct {
		Passed  int            `json:"passed"`
		Failed  int            `json:"failed"`
		Results []VectorResult `json:"results"`
	}{Results: results}
	for _, r := range results {
		if r.Pass {
			sum.Passed++
		} else {
			sum.Failed++
		}
	}
	if err := session.MarshalWrite(w, sum); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// String is the outcome in words, e.g. "several 3 as 9001 (rotating)".
func (o Outcome) String() string {
	s := string(o.Verdict)
	if o.Accounts != nil && *o.Accounts > 0 {
		s += fmt.Sprintf(" %d", *o.Accounts)
	}
	if o.Who != nil && *o.Who != "" {
		s += " as " + *o.Who
	}
	if o.Travels != nil {
		s += " carries [" + strings.Join(o.Travels, " ") + "]"
	}
	if o.Stays != nil {
		s += " leaves [" + strings.Join(o.Stays, " ") + "]"
	}
	if len(o.Warnings) > 0 {
		s += " (" + strings.Join(o.Warnings, " ") + ")"
	}
	return s
}
