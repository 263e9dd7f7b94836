/* SPDX-License-Identifier: Apache-2.0 */
/* Recording in the background: programs and maps that stay, pinned. */
#ifndef BPF_RECORD_H
#define BPF_RECORD_H

/* Load them and pin them below LEARN_PINS; what was pinned before goes.  Returns the exit
 * status. */
int record_begin(void);
/* Take them away. */
int record_end(void);

#endif
