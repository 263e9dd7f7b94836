# SPDX-License-Identifier: Apache-2.0
# What zsh offers for each line of standard input, in a terminal of its own:
#   zsh -f tests/completions.zsh FILE <LINES
# prints the line, then each match behind a tab.
zmodload zsh/zpty
work=$(mktemp -d)
trap 'rm -rf $work' EXIT
cat >$work/rc <<R
autoload -U compinit
compinit -D -u -d $work/dump
. ${(q)1}
PS1=
unsetopt zle_bracketed_paste 2>/dev/null
bindkey '^I' complete-word
zstyle ':completion:*' list-prompt ''
LISTMAX=0
# Every match goes to a file as well; calls that only fill arrays do not count.
compadd() {
	typeset -a hits
	if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)* ]]; then
		builtin compadd -A hits "\$@"
		print -rl -- \$hits >>$work/hits
	fi
	builtin compadd "\$@"
}
answered() { print answered >>$work/done }
zle -N answered
bindkey '^X^A' answered
R
zpty shell zsh -f -i
zpty -w shell ". $work/rc; print ready >>$work/done"
wait_for() { # until a line is added
	local i
	for i in {1..200}; do
		zpty -r -t shell nothing >/dev/null 2>&1
		[[ -s $work/done ]] && { rm $work/done; return 0 }
		sleep 0.05
	done
	print "zsh does not answer" >&2
	exit 1
}
wait_for
while IFS= read -r line; do
	: >$work/hits
	zpty -n -w shell $'\C-u'"$line"$'\t\C-x\C-a'
	wait_for
	print -r -- "$line"
	sort -u $work/hits | sed 's/^/	/'
done
zpty -d shell
