# Keeps the profiles of `$work/crowd.jsonl` in the service at `$url`, as `c0`, `c1` and so on.
awk -v url="$url" '{
    match($0, /,"visit":/)
    profile = substr($0, length("{\"profile\":") + 1, RSTART - length("{\"profile\":") - 1)
    gsub(/["\\]/, "\\\\&", profile)
    if (NR > 1) print "next"
    printf "url = \"%s/v1/profiles/c%d\"\nrequest = PUT\nheader = \"content-type: application/json\"\n", url, NR - 1
    printf "data = \"%s\"\noutput = /dev/null\nfail\nsilent\nshow-error\n", profile
}' "$work/crowd.jsonl" >"$work/keep"
curl --no-progress-meter --parallel --parallel-max 100 --config "$work/keep"
