package main

// webReads are reads by a page of the vault.
func (v *loadVault) webReads(connections, n int) []prebuilt {
	all := make([]prebuilt, connections)
	for c := range all {
		one := request("GET", sessionPath(v.accounts[c]), v.address(), "Cookie: "+v.cookie+"\r\nSec-Fetch-Site: same-origin\r\n", nil)
		for range n {
			all[c] = append(all[c], one)
		}
	}
	return all
}
