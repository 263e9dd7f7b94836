/* SPDX-License-Identifier: Apache-2.0 */
/* The known kinds of documents, how each is recognised, and its reader. */
#ifndef CAPGATE_KINDS_H
#define CAPGATE_KINDS_H

#include "flat.h"
#include "marks.h"

extern const struct capgate_flat capgate_flat_inspected, capgate_flat_to_create,
	capgate_flat_service, capgate_flat_plugin, capgate_flat_compose, capgate_flat_specgen,
	capgate_flat_ecs, capgate_flat_ecs_container, capgate_flat_host_config,
	capgate_flat_buildah, capgate_flat_nomad, capgate_flat_cri, capgate_flat_devcontainer,
	capgate_flat_devcontainer_read, capgate_flat_devcontainer_merged;

int capgate_kubernetes_read(const struct capgate_document *document, struct capgate_arena *arena,
			    struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;

/* Recognises the document and appends its containers, or the reason why it has none.
 * CAPGATE_EINVALID (CAPGATE_RULE_NONE) if it is a specification, which this does not read. */
int capgate_kind_read(const struct capgate_document *document, const struct capgate_marks *marks,
		      struct capgate_arena *arena, struct capgate_requests *list,
		      struct capgate_error *err) CAPGATE_MUST;

#endif
