package main

import (
	"context"

	"sessionferry/e2e/testbed"
	"sessionferry/envelope"
	"sessionferry/internal/vaultapi"
)

// loadVault is a vault with its first person's device, which has an account for each
// connection.
type loadVault struct {
	*testbed.Vault
	*sharer
	cookie string // of the first person's web session
}

// startLoadVault starts the built vault with accounts of one session each. args
// are further ones of the vault's.
func startLoadVault(ctx context.Context, bed *testbed.Bed, accounts int, args ...string) (*loadVault, error) {
	process, err := bed.StartVault(ctx, append([]string{"--json-log"}, args...)...)
	if err != nil {
		return nil, err
	}
	device := must(envelope.NewSeeds().Keys(envelope.RoleDevice))
	enrolled, err := vaultapi.Enrol(ctx, process.Socket, "device", "laptop", device.Public().Marshal())
	if err != nil {
		return nil, err
	}
	v := &loadVault{Vault: process}
	if v.sharer, err = newSharer(ctx, device, enrolled, accounts); err != nil {
		return nil, err
	}
	puts, err := v.puts(accounts, 1)
	if err != nil {
		return nil, err
	}
	if _, _, err = ask(ctx, v.address(), puts); err != nil {
		return nil, err
	}
	v.cookie, err = process.SetUp(ctx)
	return v, err
}
