// Command bcetl moves records between spreadsheets and BigCommerce stores as job files say.
package main

import (
	"os"
	_ "time/tzdata" // timezones of jobs are known also where the system has no zone files

	"bcetl/internal/cli"
)

func main() {
	os.Exit(cli.Main())
}
