/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"
#include "lib/base/base.h"

static const struct {
	unsigned type;
	const char *name;
} types[] = {
	{CAPGATE_T_NULL, "null"},     {CAPGATE_T_BOOL, "boolean"},  {CAPGATE_T_NUMBER, "number"},
	{CAPGATE_T_STRING, "string"}, {CAPGATE_T_OBJECT, "object"}, {CAPGATE_T_ARRAY, "array"},
};

/* Writes a nested value.  The recursion is limited by the depth of our own table. */
static void write_value(const struct capgate_shape *shape, capgate_schema_more more,
			struct capgate_out *out);

static void write_types(unsigned set, struct capgate_out *out)
{
	bool first = true;

	capgate_out_string(out, "\"type\":[");
	for (size_t i = 0; i < COUNT(types); i++) {
		if (set && !(set & types[i].type))
			continue;
		capgate_out_format(out, "%s\"%s\"", first ? "" : ",", types[i].name);
		first = false;
	}
	capgate_out_string(out, "]");
}

static void write_members(const struct capgate_shape *shape, capgate_schema_more more,
			  struct capgate_out *out)
{
	capgate_out_string(out, ",\"properties\":{");
	for (const struct capgate_member *m = shape->members; m->name; m++) {
		capgate_out_string(out, m == shape->members ? "" : ",");
		capgate_out_json(out, capgate_text_of(m->name));
		capgate_out_string(out, ":");
		if (m->shape)
			write_value(m->shape, more, out);
		else
			capgate_out_string(out, "true");
	}
	capgate_out_string(out, "}");
}

static void write_inside(const struct capgate_shape *shape, capgate_schema_more more,
			 struct capgate_out *out)
{
	write_types(shape->types, out);
	if (shape->members)
		write_members(shape, more, out);
	if (shape->closed)
		capgate_out_string(out, ",\"additionalProperties\":false");
	if (shape->each && (!shape->types || shape->types & CAPGATE_T_ARRAY)) {
		capgate_out_string(out, ",\"items\":");
		write_value(shape->each, more, out);
	}
	if (shape->each && (!shape->types || shape->types & CAPGATE_T_OBJECT)) {
		capgate_out_string(out, ",\"additionalProperties\":");
		write_value(shape->each, more, out);
	}
	more(shape, out);
	capgate_out_string(out, "}");
}

static void write_value(const struct capgate_shape *shape, capgate_schema_more more,
			struct capgate_out *out)
{
	capgate_out_string(out, "\n{");
	write_inside(shape, more, out);
}

void capgate_schema_write(const struct capgate_shape *shape, const char *text,
			  capgate_schema_more more, struct capgate_out *out)
{
	capgate_out_string(out, "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",");
	capgate_out_string(out, text);
	write_inside(shape, more, out);
	capgate_out_string(out, "\n");
}
