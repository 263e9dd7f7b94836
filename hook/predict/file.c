/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what the kernel reads from an executed file: its capabilities, and the loader or
 * interpreter that it needs. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "parts.h"

/* ---- security.capability --------------------------------------------------------- */

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* linux/capability.h: struct vfs_cap_data, vfs_ns_cap_data. */
#define REVISION_2 0x02000000u
#define REVISION_3 0x03000000u
#define FLAG_EFFECTIVE 0x000001u
#define SIZE_2 20u
#define SIZE_3 24u

/* Version 3 has the root user of the namespace in which the capabilities count.  Do they count
 * here? */
static bool root_counts(uint32_t root, const struct capgate_spec *spec)
{
	if (root == 0)
		return true;
	if (!capgate_spec_namespace(spec, "user"))
		return false;
	for (size_t i = 0; i < spec->n_uid_maps; i++)
		if (spec->uid_maps[i].container == 0 && spec->uid_maps[i].host == root)
			return true;
	return false;
}

/* Parses a security.capability attribute (version 2 or 3).  Returns false for other versions, or
 * if it does not apply in this user namespace. */
static bool parse_attribute(const unsigned char *p, size_t len, const struct capgate_spec *spec,
			    struct predict_file *ret)
{
	uint32_t magic = len >= SIZE_2 ? le32(p) : 0;

	if (!((magic & 0xff000000u) == REVISION_2 && len == SIZE_2) &&
	    !((magic & 0xff000000u) == REVISION_3 && len == SIZE_3 &&
	      root_counts(le32(p + 20), spec)))
		return false;
	ret->effective = magic & FLAG_EFFECTIVE;
	ret->permitted.bits = (uint64_t)le32(p + 12) << 32 | le32(p + 4);
	/* The kernel ignores capabilities that it does not know. */
	ret->permitted = capgate_set_and(ret->permitted, capgate_set_all());
	return true;
}

bool predict_look(int fd, const struct capgate_spec *spec, struct predict_file *ret)
{
	unsigned char attribute[64];
	char link[64];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	/* fgetxattr(2) does not work on an O_PATH descriptor. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = getxattr(link, "security.capability", attribute, sizeof(attribute));
	if (n > 0)
		parse_attribute(attribute, (size_t)n, spec, ret);
	ret->setuid = st.st_mode & S_ISUID && predict_is_root(spec, st.st_uid);
	return true;
}

bool predict_mounted(int fd, unsigned long flag)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 && fs.f_flag & flag;
}

/* P' = (fP & bounding) | (fI & I).  If that lacks a part of fP, execve(2) of an effective file
 * fails.  I is within the bounding set, or the container does not start. */
bool predict_fails(const struct predict_file *f, capgate_set bounding)
{
	return f->effective && !capgate_set_within(f->permitted, bounding);
}

/* ---- Format ------------------------------------------------------------------------- */

/* The kernel reads this much (BINPRM_BUF_SIZE). */
#define HEAD 256
/* The most program headers that are read; real files have a dozen. */
#define HEADERS 64

/* binfmt_script: "#!", blanks, a name up to a blank. */
static enum predict_format script(char *line, size_t n, char interpreter[PREDICT_PATH])
{
	char *p, *end;

	line[n] = '\0';
	p = line + 2 + strspn(line + 2, " \t");
	end = p + strcspn(p, " \t\n");
	/* A name that is cut is invalid. */
	if (end == p || (*end == '\0' && n == HEAD) || end - p >= PREDICT_PATH)
		return PREDICT_FOREIGN;
	memcpy(interpreter, p, (size_t)(end - p));
	interpreter[end - p] = '\0';
	return PREDICT_SCRIPT;
}

#if __SIZEOF_POINTER__ == 8
#define CLASS ELFCLASS64
typedef Elf64_Ehdr elf_header;
typedef Elf64_Phdr elf_segment;
#else
#define CLASS ELFCLASS32
typedef Elf32_Ehdr elf_header;
typedef Elf32_Phdr elf_segment;
#endif

/* binfmt_elf: the loader that PT_INTERP names.  Nothing is predicted for files of other
 * machines, or for damaged ones. */
static enum predict_format elf(int fd, const char *head, size_t n, char interpreter[PREDICT_PATH])
{
	elf_segment segments[HEADERS], *s = segments;
	elf_header h;
	size_t size;

	memcpy(&h, head, sizeof(h));
	if (n < sizeof(h) || h.e_ident[EI_CLASS] != CLASS || h.e_phentsize != sizeof(*s))
		return PREDICT_UNREADABLE;
	size = (h.e_phnum < HEADERS ? h.e_phnum : HEADERS) * sizeof(*s);
	if (pread(fd, segments, size, (off_t)h.e_phoff) != (ssize_t)size)
		return PREDICT_UNREADABLE;
	while (s < segments + size / sizeof(*s) && s->p_type != PT_INTERP)
		s++;
	if (s == segments + size / sizeof(*s))
		return PREDICT_NATIVE;
	if (s->p_filesz < 2 || s->p_filesz > PREDICT_PATH ||
	    pread(fd, interpreter, s->p_filesz, (off_t)s->p_offset) != (ssize_t)s->p_filesz ||
	    interpreter[s->p_filesz - 1] != '\0')
		return PREDICT_UNREADABLE;
	return PREDICT_NATIVE;
}

/* fd must be a regular file, so opening it again through the link cannot block. */
enum predict_format predict_format_of(int fd, char interpreter[PREDICT_PATH])
{
	enum predict_format format = PREDICT_FOREIGN;
	char link[64], head[HEAD + 1] = "";
	ssize_t n;

	interpreter[0] = '\0';
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	fd = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, head, HEAD) : -1;
	if (n < 0)
		format = PREDICT_UNREADABLE;
	else if (n > 2 && memcmp(head, "#!", 2) == 0)
		format = script(head, (size_t)n, interpreter);
	else if (n >= SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0)
		format = elf(fd, head, (size_t)n, interpreter);
	if (fd >= 0)
		close(fd);
	return format;
}
