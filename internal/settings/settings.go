// Package settings lets a program be told the same things by flags, by its
// environment and by one YAML file. A setting is written down once, as a flag:
// its variable and its key in the file have the same name. A flag beats a
// variable, a variable beats the file, the file beats the default. Every mistake
// is told with its place: vault.yaml:12, the variable's or the flag's name.
package settings

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
)

// Set is all settings of a program. Define them in Flags.
type Set struct {
	*pflag.FlagSet
	prefix string
	file   string            // as it is named in messages
	places map[string]string // of the settings that are not left as they are by default
}

// New returns an empty set. The variable of the setting "tls-cert" is then
// PREFIX_TLS_CERT.
func New(prefix string) *Set {
	return &Set{FlagSet: pflag.NewFlagSet(prefix, pflag.ContinueOnError), prefix: prefix, places: map[string]string{}}
}

// Variable is the name of a setting's environment variable.
func (s *Set) Variable(name string) string {
	return s.prefix + "_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Names are those of all settings.
func (s *Set) Names() (names []string) {
	s.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// Load takes what no flag has said from an environment, as os.Environ has it, and
// from a file, "" for none. The variable of "config" names the file, too.
func (s *Set) Load(environ []string, file string) error {
	s.VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			s.places[f.Name] = "--" + f.Name
		}
	})
	words, err := s.variables(environ)
	if err != nil {
		return err
	}
	if file == "" {
		file = words[s.Variable("config")]
	}
	delete(words, s.Variable("config"))
	var faults []error
	s.VisitAll(func(f *pflag.Flag) {
		if v, ok := words[s.Variable(f.Name)]; ok {
			faults = append(faults, s.put(f, v, s.Variable(f.Name)))
		}
	})
	if file != "" {
		faults = append(faults, s.read(file)...)
	}
	return errors.Join(faults...)
}

// variables are those with the prefix, of which each must be a setting's: one that
// is misspelt would be passed over in silence.
func (s *Set) variables(environ []string) (map[string]string, error) {
	known := []string{s.Variable("config")}
	for _, name := range s.Names() {
		known = append(known, s.Variable(name))
	}
	words := map[string]string{}
	var faults []error
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		switch {
		case !strings.HasPrefix(name, s.prefix+"_"):
		case !slices.Contains(known, name):
			faults = append(faults, fmt.Errorf("%s: there is no such setting; known are %s", name, strings.Join(known, ", ")))
		default:
			words[name] = value
		}
	}
	return words, errors.Join(faults...)
}

// wants says what a value must look like.
var wants = map[string]string{
	"bool":     "true or false",
	"duration": "a time such as 90s, 15m or 30d",
}

// put sets what nothing stronger has set.
func (s *Set) put(f *pflag.Flag, value, place string) error {
	if s.places[f.Name] != "" {
		return nil
	}
	s.places[f.Name] = place
	if err := f.Value.Set(value); err != nil {
		return fmt.Errorf("%s: %s is %s, not %.40q", place, f.Name, wants[f.Value.Type()], value)
	}
	return nil
}

// Wrong is a setting whose value cannot be, in a sentence. Programs find it, and
// Place says where it was set.
type Wrong struct{ Setting, Sentence string }

// Wrongf makes a Wrong.
func Wrongf(setting, format string, args ...any) error {
	return &Wrong{setting, fmt.Sprintf(format, args...)}
}

// Error implements error.
func (w *Wrong) Error() string { return w.Setting + ": " + w.Sentence }

// Place puts the place of its setting before a Wrong, and leaves other errors as
// they are.
func (s *Set) Place(err error) error {
	var w *Wrong
	if !errors.As(err, &w) || s.places[w.Setting] == "" {
		return err
	}
	return fmt.Errorf("%s: %w", s.places[w.Setting], err)
}

// Setting is one setting as it stands.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Place string `json:"place"` // where it was set, or "default"
	form  string // of the value: the flag's type
}

// Settings lists all settings.
func (s *Set) Settings() (list []Setting) {
	s.VisitAll(func(f *pflag.Flag) {
		list = append(list, Setting{f.Name, f.Value.String(), cmp.Or(s.places[f.Name], "default"), f.Value.Type()})
	})
	return list
}

// Print writes the settings as a file that says the same, each with its place.
func (s *Set) Print(w io.Writer) error {
	for _, e := range s.Settings() {
		value := []byte(e.Value)
		if e.form == "string" {
			value, _ = yaml.Marshal(e.Value) // a string has a form
		}
		if _, err := fmt.Fprintf(w, "%s: %s # %s\n", e.Name, strings.TrimSpace(string(value)), e.Place); err != nil {
			return err
		}
	}
	return nil
}
