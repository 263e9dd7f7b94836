/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this room. */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "report.h"

/* Appends to the item's buffer, which is enlarged if it is too small. */
int report_render(const struct shown *one, struct report_item *item,
		 struct capgate_error *err) CAPGATE_MUST;
void report_table(const struct shown *one, struct capgate_out *out);

/* The separator of two reports of this format. */
const char *report_separator(const struct report_plan *plan);

/* A page around the items. */
int report_html_begin(struct report_output *output, struct capgate_error *err) CAPGATE_MUST;
int report_html_item(struct report_output *output, struct report_item *item,
		    struct capgate_error *err) CAPGATE_MUST;
int report_html_end(struct report_output *output, struct capgate_error *err) CAPGATE_MUST;

#endif
