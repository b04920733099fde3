# shellcheck shell=sh disable=SC2154 # $rulesetPath and $out are of the build
# Runs when the image is built: refuses a script that nft(8) does not understand. A kernel that
# lacks what a rule needs, or does not let us make a network namespace, is this machine's matter.
if report=$(unshare --map-root-user --net nft --check --file "$rulesetPath" 2>&1); then
	echo "firewall: rules are checked"
elif printf '%s\n' "$report" | grep 'Error:' |
	grep -v -q -e 'Could not process rule' -e 'cache initialization failed'; then
	printf '%s\n' "$report" >&2
	echo "firewall: nft does not accept these rules" >&2
	exit 1
else
	echo "firewall: this machine cannot check the rules: $report"
fi
cp "$rulesetPath" "$out"
