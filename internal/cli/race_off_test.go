//go:build !race

package cli

// raceDetector tells whether the tests run under the race detector, which makes each command take about eight times as long.
const raceDetector = false

// tortureUsual is how many cases of the torture test run unless a flag says otherwise: two of each mode.
const tortureUsual = 36
