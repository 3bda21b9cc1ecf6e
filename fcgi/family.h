/*
 * family - the children of the master, as far as forking and dying go.
 *
 * Three things bind a child to the master:
 *
 *	status pipe	the child says "ready", "retiring" or "failed" in one
 *			record of fixed size; all children share the pipe
 *	death pipe	the master holds its writing end and never writes: when
 *			the master dies in whatever way, every child sees the
 *			end of file
 *	a slot		of the board, in shared memory
 *
 * Who is forked when, and why, is pool.h's and the master's affair.
 */
#ifndef FCGI_FAMILY_H
#define FCGI_FAMILY_H

#include "fcgi/board.h"

enum pool_id { POOL_KEEPER, POOL_MAIN, POOL_AUTH, POOL_N };

/*
 *	FREE -fork-> STARTING -"ready"-> READY -told-> LEAVING -reaped-> FREE
 *	                 '------told or died------------^----------------^
 */
enum child_state { CHILD_FREE, CHILD_STARTING, CHILD_READY, CHILD_LEAVING };

struct child {
	enum child_state state;
	enum pool_id pool;
	pid_t	 pid;
	unsigned generation;	/* of the configuration it was forked with */
	bool	 is_stale;	/* a successor is to take its place */
	bool	 is_killed;	/* we have sent SIGKILL */
	int64_t	 started_at;	/* clock_mono_ms() */
	int64_t	 kill_at;	/* while LEAVING: until when we wait */
};

enum { FAMILY_TEXT_LEN = 512 };

enum status { STATUS_READY = 1, STATUS_RETIRING, STATUS_FAILED };

struct family {
	struct board *board;
	int	 status_fd[2];
	int	 death_fd[2];
	struct child child[BOARD_SLOTS];	/* child[i] writes slot[i] */
};

/* What a child finds after the fork. */
struct seat {
	struct board *board;
	struct board_slot *slot;
	int	 status_fd;	/* to write to */
	int	 death_fd;	/* end of file: the master has died */
	int	 signal_fd;	/* readable: SIGTERM has come */
};

/* A record that came over the status pipe. */
struct family_news {
	struct child *child;
	enum status status;
	char	 text[FAMILY_TEXT_LEN];	/* of STATUS_FAILED: why */
};

/* A child that is gone. */
struct family_death {
	struct child child;	/* as it was */
	struct board_slot *slot; /* what it was doing; until the next fork */
	int	 status;	/* of waitpid() */
};

/* With its pipes, without children.  The board is borrowed.  ERR_INTERNAL. */
enum err	 family_init(struct family *, struct board *) MUST_CHECK;
void		 family_release(struct family *);

/*
 * Fork a child for a pool.  In the child, 0: only its own ends of the pipes
 * are open, SIGTERM comes through the seat's descriptor, SIGINT and SIGHUP,
 * which a terminal sends to everybody, are ignored.  -1: no process or slot is
 * to be had.
 */
pid_t		 family_fork(struct family *, enum pool_id, unsigned generation,
		    struct seat *seat_out);

/* The next record of the status pipe; false when there is none left. */
bool		 family_next_news(struct family *, struct family_news *out);

/* The next dead child, its slot free again; false when there is none. */
bool		 family_next_death(struct family *, struct family_death *out);

/* Ask a child to leave; if it has not within `wait_ms`, it will be killed. */
void		 family_dismiss(struct family *, struct child *, int64_t wait_ms);

/* At once, without asking. */
void		 family_kill(struct child *);

/* Kill whoever was asked to leave and has not. */
void		 family_kill_late(struct family *, int64_t now);

/* The next instant at which family_kill_late() has something to do, or `at`. */
int64_t		 family_next_kill(const struct family *, int64_t at);

/* How many children a pool has, leaving ones too. */
int		 family_count(const struct family *, enum pool_id);

/* For the child: tell the master.  `text` may be NULL. */
void		 seat_tell(const struct seat *, enum status, const char *text);

#endif
