package ingest

import (
	"math/big"
	"regexp"
	"strings"
)

var byteSize = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?(|B|KB|MB|GB|TB|PB|KiB|MiB|GiB|TiB|PiB)$`)

// ParseSize reads a size as a configuration writes it, such as 50GiB, 1.5 TB or
// 1000, as bytes, rounded down; as 0 where an int64 cannot hold them.
func ParseSize(text string) (bytes int64, ok bool) {
	match := byteSize.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	size, _ := new(big.Rat).SetString(match[1]) // digits, as the pattern has it
	size.Mul(size, new(big.Rat).SetInt64(bytesOf(match[2])))
	whole := new(big.Int).Quo(size.Num(), size.Denom())
	if !whole.IsInt64() {
		return 0, true
	}
	return whole.Int64(), true
}

// bytesOf is how many bytes a unit such as GiB or GB is.
func bytesOf(unit string) int64 {
	if unit == "" || unit == "B" {
		return 1
	}
	step, bytes := int64(1000), int64(1)
	if strings.Contains(unit, "i") {
		step = 1024
	}
	for range strings.Index("KMGTP", unit[:1]) + 1 {
		bytes *= step
	}
	return bytes
}
