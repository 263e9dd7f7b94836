/* SPDX-License-Identifier: Apache-2.0 */
/* Recording: programs and maps that stay in the kernel because they are pinned. */
#ifndef BPF_RECORD_H
#define BPF_RECORD_H

/* Loads them and pins them below LEARN_PINS in place of the old ones.  Returns the exit status. */
int record_begin(void);
/* Removes them. */
int record_end(void);

#endif
