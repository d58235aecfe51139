package vault_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// TestAuditHashCoversAll: no field of an entry can be changed without its batch's
// hash, also not one that a later version adds.
func TestAuditHashCoversAll(t *testing.T) {
	hash := func(r vault.AuditRecord) vault.AuditHash {
		h := vault.NewAuditHasher(vault.AuditHash{})
		h.Add(r)
		return h.Close(vault.AuditBatch{Number: 1, First: 1, Last: 1})
	}
	r := vault.AuditRecord{AuditEntry: vault.AuditEntry{Seq: 1, Consent: new(session.Consent)}}
	seen := map[vault.AuditHash]string{hash(r): "nothing"}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if path == ".Batch" { // is told by the batch
			return
		}
		_, isTime := v.Interface().(time.Time)
		switch {
		case isTime:
			v.Set(reflect.ValueOf(time.UnixMilli(7)))
		case v.Kind() == reflect.Pointer:
			walk(path, v.Elem())
			return
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				name := path + "." + v.Type().Field(i).Name
				if v.Type().Field(i).Anonymous {
					name = path
				}
				walk(name, v.Field(i))
			}
			return
		case v.Kind() == reflect.String:
			v.SetString("x")
		case v.CanUint() && v.Kind() != reflect.Array:
			v.SetUint(7)
		case v.CanInt():
			v.SetInt(7)
		default:
			require.Equal(t, reflect.Array, v.Kind(), path)
			v.Index(0).SetUint(7)
		}
		got := hash(r)
		require.NotContains(t, seen, got, "%s is not hashed", path)
		seen[got] = path
	}
	walk("", reflect.ValueOf(&r).Elem())
	require.Greater(t, len(seen), 12)
}

// TestAuditHashIsFixed: a hash that was written stays the one that later versions
// compute.
func TestAuditHashIsFixed(t *testing.T) {
	h := vault.NewAuditHasher(vault.AuditHash{1})
	h.Add(vault.AuditRecord{Owner: session.ID{2}, AuditEntry: vault.AuditEntry{
		Seq: 1, Time: time.UnixMilli(3), Action: vault.ActionShared, Person: session.ID{4}, Principal: session.ID{5}, Account: session.ID{6},
		Generation: session.Generation{Share: 7}, Cause: session.CauseShared, Consent: &session.Consent{Text: "yes", Time: time.UnixMilli(8), Surface: "popup"},
	}})
	got := h.Close(vault.AuditBatch{Number: 1, First: 1, Last: 1, Closed: time.UnixMilli(9)})
	require.Equal(t, "0e6bd9eaadc784a156c1f3063f58c993ea7f423e57d4096505df862c84b45b9c", got.String())
	again, err := vault.ParseAuditHash(got.String())
	require.NoError(t, err)
	require.Equal(t, got, again)
	_, err = vault.ParseAuditHash("12")
	require.Error(t, err)
}

// TestAuditHashStays: entries that were written before a field was added have the
// hash that they had.
func TestAuditHashStays(t *testing.T) {
	at := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	h := vault.NewAuditHasher(vault.AuditHash{1})
	h.Add(vault.AuditRecord{Owner: session.ID{2}, AuditEntry: vault.AuditEntry{
		Seq: 7, Time: at, Action: vault.ActionShared, Person: session.ID{3}, Principal: session.ID{4}, Account: session.ID{5}, Of: session.ID{6},
		Generation: session.Generation{Share: 8, Refresh: 9}, Cause: session.CauseShared, Consent: &session.Consent{Text: "2026-11-25", Time: at, Surface: "popup"},
	}})
	got := h.Close(vault.AuditBatch{Number: 2, First: 7, Last: 7, Closed: at})
	require.Equal(t, "c9002fedae7a1f43b579995b1c72eae87cc377f0a786cbb65bb0c5af83ff3c39", got.String())
}
