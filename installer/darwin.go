//go:build darwin

package installer

import "context"

func install(Config) ([]Result, error) { return nil, unsupported() }

func uninstall(Config) ([]Result, error) { return nil, unsupported() }

func doctor(context.Context, Config) ([]Diagnosis, error) { return nil, unsupported() }
