package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// requestsCommand writes the requests that were made since its last call to standard output, one a line: method and path with query.
// With -writes only those that may change the store; with -refused how many were answered 401 or 403.
func requestsCommand(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.Getenv(trafficVariable)
	exchanges, err := readTraffic(path)
	ts.Check(err)
	seen := 0
	if text, err := os.ReadFile(path + ".seen"); err == nil {
		seen, err = strconv.Atoi(string(text))
		ts.Check(err)
	}
	ts.Check(os.WriteFile(path+".seen", []byte(strconv.Itoa(len(exchanges))), 0o600))
	var lines []string
	if len(args) > 0 && args[0] == "-refused" {
		refused := 0
		for _, e := range exchanges[seen:] {
			if e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden {
				refused++
			}
		}
		fmt.Fprintf(ts.Stdout(), "%d were refused\n", refused)
		return
	}
	for _, e := range exchanges[seen:] {
		if len(args) > 0 && args[0] == "-writes" && (e.Method == http.MethodGet || e.Method == http.MethodHead) {
			continue
		}
		address, err := url.Parse(e.URL)
		ts.Check(err)
		_, below, _ := strings.Cut(address.Path, "/stores/")
		_, below, _ = strings.Cut(below, "/")
		line := e.Method + " /" + below
		if address.RawQuery != "" {
			line += "?" + address.RawQuery
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		lines = []string{"none"}
	}
	_, err = io.WriteString(ts.Stdout(), strings.Join(lines, "\n")+"\n")
	ts.Check(err)
}

// exitsCommand runs a command and checks its exit code: exits 3 bcetl run job.yaml.
func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// xlsxCommand prints a sheet of a workbook as CSV, as another program reads it: xlsx2csv FILE SHEET.
func xlsxCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: xlsx2csv FILE SHEET")
	}
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	rows, err := book.GetRows(args[1])
	ts.Check(err)
	writer := csv.NewWriter(ts.Stdout())
	ts.Check(writer.WriteAll(rows))
	ts.Check(book.Close())
}
