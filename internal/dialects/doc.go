// Package dialects holds the forms of sheets that are known well enough to need no mapping: the control panel's own exports. Each is a
// mapping like one of a job, written as such in a file of this folder, which the job's own mapping changes by name. It knows the text
// of jobs and headers, never a file or a store.
package dialects
