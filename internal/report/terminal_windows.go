package report

import (
	"os"

	"golang.org/x/sys/windows"
)

// escapeCodes switches the console to escape codes; consoles before Windows 10 refuse.
func escapeCodes(file *os.File) bool {
	console := windows.Handle(file.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
