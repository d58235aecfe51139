package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sessionferry/apps/catalogue"
	"sessionferry/host/config"
	"sessionferry/internal/cli"
)

func appsCommand() *cobra.Command {
	var dir string
	cmd := cli.Group("apps", "Look at the supported apps, check app files and test their rules", appsList(&dir), appsShow(&dir), appsLint(&dir), appsTest(&dir))
	cmd.PersistentFlags().StringVar(&dir, "apps", "", "`FOLDER` of your company's own apps (default: sessionferry/apps in the user's configuration)")
	_ = cmd.MarkPersistentFlagDirname("apps")
	return cmd
}

// appsFolder is the folder that was named, or the user's.
func appsFolder(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	dirs, err := config.UserDirs(os.Getenv)
	if err != nil {
		return "", err
	}
	return dirs.Apps(), nil
}

func openApps(dir string) (*catalogue.Catalogue, error) {
	folder, err := appsFolder(dir)
	if err != nil {
		return nil, err
	}
	return catalogue.Open(folder)
}

func appsList(dir *string) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the apps that cards can be made for", Args: cli.NoArgs,
		Long: "List the apps that cards can be made for. With --all also those that are not supported, and why:\n" +
			"what is missing before a card can be made for them.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			known, err := openApps(*dir)
			if err != nil {
				return err
			}
			list, err := listed(known, all)
			if err != nil {
				return err
			}
			for _, fault := range known.Faults() {
				fmt.Fprint(cmd.ErrOrStderr(), fault.Explain("sessionferry", ""))
			}
			return cli.Print(cmd, list, list.print)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also list what is not supported, and why")
	return cmd
}

// appList is what "apps list --json" prints.
type appList struct {
	Apps         []listedApp             `json:"apps"`
	NotSupported []catalogue.Unsupported `json:"not_supported,omitempty"`
}

type listedApp struct {
	App     string   `json:"app"`
	Name    string   `json:"name"`
	Domains []string `json:"domains"` // ["*"]: the card's own site
	Checked string   `json:"checked"`
	Own     bool     `json:"own,omitzero"` // from the company's folder
}

func listed(known *catalogue.Catalogue, all bool) (*appList, error) {
	offered, err := known.Offered()
	if err != nil {
		return nil, err
	}
	list := &appList{Apps: make([]listedApp, len(offered))}
	own := map[string]bool{}
	for _, name := range known.Own() {
		own[name] = true
	}
	for i, a := range offered {
		list.Apps[i] = listedApp{a.App, a.Name, a.Domains, day(a.Evidence), own[a.App]}
	}
	if all {
		list.NotSupported, err = known.NotSupported()
	}
	return list, err
}

func (l *appList) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "APP\tNAME\tSITES\tCHECKED")
	for _, a := range l.Apps {
		from := ""
		if a.Own {
			from = "  (your company's file)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s%s\n", a.App, a.Name, sites(a.Domains), a.Checked, from)
	}
	if len(l.NotSupported) > 0 {
		fmt.Fprintln(w, "\nNOT SUPPORTED\tNAME\tWHY")
		for _, u := range l.NotSupported {
			fmt.Fprintf(w, "%s\t%s\t%s\n", u.App, u.Name, u.Why)
		}
	}
	return w.Flush()
}

func sites(domains []string) string {
	if len(domains) == 1 && domains[0] == "*" {
		return "your company's own"
	}
	return strings.Join(domains, ", ")
}

func day(e catalogue.Evidence) string {
	if e.Checked.IsZero() {
		return "never"
	}
	return e.Checked.Format("2006-01-02")
}
