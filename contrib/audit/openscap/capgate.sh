#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# OpenSCAP, Script Check Engine: the control is XCCDF_VALUE_CONTROL, what is printed
# is the evidence, and the exit status is the rule's result.
control=${XCCDF_VALUE_CONTROL:-CIS-Docker-5.4}
capgate=$(PATH=$PATH:/usr/bin:/usr/local/bin command -v capgate) || {
	echo "capgate is not installed"
	exit "${XCCDF_RESULT_NOT_APPLICABLE:-105}"
}
line=$("$capgate" audit --format lines --control "$control" 2>&1)
status=$?
printf '%s\n' "$line"
case "$status $line" in
"0 "*" PASS 0 containers"*) exit "${XCCDF_RESULT_NOT_APPLICABLE:-105}" ;;
"0 "*" PASS "*) exit "${XCCDF_RESULT_PASS:-101}" ;;
"1 "*" FAIL "*) exit "${XCCDF_RESULT_FAIL:-102}" ;;
"2 "*" UNKNOWN "*) exit "${XCCDF_RESULT_UNKNOWN:-104}" ;;
*) exit "${XCCDF_RESULT_ERROR:-103}" ;;
esac
