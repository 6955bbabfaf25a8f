// Command bcetl moves records between spreadsheets and BigCommerce stores as job files say.
package main

import (
	"os"

	"bcetl/internal/cli"
)

func main() {
	os.Exit(cli.Main())
}
