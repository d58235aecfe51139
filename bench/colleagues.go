package main

import (
	"context"
	"fmt"
	"net/http"

	"sessionferry/envelope"
	"sessionferry/internal/vaultapi"
)

// colleagues are further people of the vault's, each with a device that has one
// account.
func (v *loadVault) colleagues(ctx context.Context, n int) (all []*sharer, err error) {
	for i := range n {
		s, err := v.colleague(ctx, fmt.Sprint("person", i))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (v *loadVault) colleague(ctx context.Context, name string) (*sharer, error) {
	cookie, err := v.Invite(ctx, v.cookie, name, name+"@company.example")
	if err != nil {
		return nil, err
	}
	device := must(envelope.NewSeeds().Keys(envelope.RoleDevice))
	enrolling, err := vaultapi.Begin(ctx, v.URL, "device", "laptop", device.DPoP(), device.Public().Marshal())
	if err != nil {
		return nil, err
	}
	answer, err := v.Post(ctx, "/v1/enrolments/answer", cookie, map[string]any{"code": enrolling.Code, "allow": true})
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		return nil, fmt.Errorf("a device was not enrolled: status %d", answer.StatusCode)
	}
	enrolled, err := enrolling.Await(ctx)
	if err != nil {
		return nil, err
	}
	return newSharer(ctx, device, enrolled, 1)
}
