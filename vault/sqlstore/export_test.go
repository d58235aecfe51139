package sqlstore

// BackedUpColumns are the columns of the tables in a backup.
func BackedUpColumns() map[string][]string {
	all := map[string][]string{}
	for _, t := range backupTables {
		all[t.name] = t.header().Columns
	}
	return all
}

// LeftOut are the tables and columns that no backup holds.
var LeftOut = leftOut
