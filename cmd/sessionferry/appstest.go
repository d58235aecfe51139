package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

func appsTest(dir *string) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "test [FILE.yaml...]",
		Short: "Evaluate invented jars and answers, and compare the verdicts",
		Long: "Evaluate invented jars and answers, and compare the verdicts. With --vectors the vectors of that\n" +
			"file; else those beside the app files that are named, NAME.vectors.yaml beside NAME.yaml; without\n" +
			"any, those of all of your company's own apps. Exit code 1 if one does not pass.",
		ValidArgsFunction: cli.Files("yaml"),
		RunE: func(cmd *cobra.Command, files []string) error {
			results, err := testResults(*dir, file, files)
			if err != nil {
				return err
			}
			write := apps.WriteVectorTable
			if cli.JSON(cmd) {
				write = apps.WriteVectorJSON
			}
			if err := write(cmd.OutOrStdout(), results); err != nil {
				return err
			}
			for _, r := range results {
				if !r.Pass {
					return cli.ErrReported
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "vectors", "", "a YAML `FILE` of vectors, for the apps of the catalogue and those named")
	cli.CompleteFlag(cmd, "vectors", cli.Files("yaml"))
	return cmd
}

// testResults runs one file of vectors, or the files beside the named apps.
func testResults(dir, vectors string, files []string) ([]apps.VectorResult, error) {
	known, err := openApps(dir)
	if err != nil {
		return nil, err
	}
	named, err := namedApps(files)
	if err != nil {
		return nil, err
	}
	find := func(name string) (*catalogue.App, error) {
		if a := named[name]; a != nil {
			return a, nil
		}
		return known.Get(name)
	}
	if vectors != "" {
		return runVectors(vectors, find)
	}
	if len(files) == 0 {
		folder, err := appsFolder(dir)
		if err != nil {
			return nil, err
		}
		for _, name := range known.Own() {
			files = append(files, filepath.Join(folder, name+".yaml"))
		}
	}
	if len(files) == 0 {
		return nil, cli.WithNext(cli.Valuef("there are no apps of your own to test"), "Name an app's file, or vectors with --vectors.")
	}
	var out []apps.VectorResult
	for _, f := range files {
		results, err := runVectors(strings.TrimSuffix(f, ".yaml")+catalogue.VectorsExtension, find)
		if err != nil {
			return nil, err
		}
		out = append(out, results...)
	}
	return out, nil
}

// namedApps parses app files, by their apps.
func namedApps(files []string) (map[string]*catalogue.App, error) {
	out := map[string]*catalogue.App{}
	for _, f := range files {
		data, err := catalogue.ReadFile(f)
		if err != nil {
			return nil, err
		}
		a, err := catalogue.Parse(strings.TrimSuffix(filepath.Base(f), ".yaml"), data)
		if err != nil {
			return nil, err
		}
		out[a.App] = a
	}
	return out, nil
}

func runVectors(file string, find apps.Find) ([]apps.VectorResult, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, session.Errorf(session.CodeFileUnreadable, "there is no file %s", filepath.Base(file)).Because(err)
	}
	if err != nil {
		return nil, session.Errorf(session.CodeFileUnreadable, "%s", filepath.Base(file)).Because(err)
	}
	defer f.Close()
	v, err := apps.ReadVectors(f)
	if err != nil {
		return nil, err
	}
	return v.Run(find)
}
