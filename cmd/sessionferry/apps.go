package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

func appsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "apps", Short: "Look at the supported apps and test their rules", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(appsList(), appsTest())
	return cmd
}

func appsList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the apps that cards can be made for", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			offered, err := catalogue.Embedded().Offered()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "APP\tNAME\tSITES\tCHECKED")
			for _, a := range offered {
				sites := strings.Join(a.Domains, ", ")
				if a.AnySite() {
					sites = "your company's own"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.App, a.Name, sites, a.Evidence.Checked.Format("2006-01-02"))
			}
			return w.Flush()
		},
	}
}

func appsTest() *cobra.Command {
	var file string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "test --vectors FILE",
		Short: "Evaluate the jars of a vector file and compare the verdicts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := os.Open(file)
			if err != nil {
				return session.Errorf(session.CodeUsageInvalid, "the vector file cannot be opened").Because(err)
			}
			defer f.Close()
			results, err := apps.RunVectors(f)
			if err != nil {
				return err
			}
			write := apps.WriteVectorTable
			if asJSON {
				write = apps.WriteVectorJSON
			}
			if err := write(cmd.OutOrStdout(), results); err != nil {
				return err
			}
			for _, r := range results {
				if !r.Pass {
					return errSilent
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "vectors", "", "the YAML file of vectors")
	_ = cmd.MarkFlagRequired("vectors")
	jsonFlag(cmd, &asJSON)
	return cmd
}
