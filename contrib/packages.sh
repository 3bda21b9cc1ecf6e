# shellcheck shell=sh
# packages - Debian's packages, by what they are for, and installing the ones
# that are missing.  Sourced by contrib/quickstart, t/run and .ci/run; it runs
# nothing by itself.  Where there is no dpkg it leaves everything as it is, and
# ./configure names what it does not find.

# To build from a checkout.
packages_build="gcc make libc6-dev autoconf automake pkg-config libfcgi-dev
	libsqlite3-dev libjwt-dev libcrypt-dev libjansson-dev libssl-dev libev-dev
	libhttp-parser-dev uthash-dev"
# To run an instance.
packages_run="nginx curl util-linux"
# To run the tests.
packages_test="perl jq sqlite3 procps python3 python3-websockets nodejs node-ws
	libwslay-dev"
# What single test runs need besides.
packages_asan="clang libclang-rt-14-dev"
packages_valgrind="valgrind"
packages_ci="cppcheck shellcheck xz-utils mandoc"
export packages_build packages_run packages_test packages_asan \
	packages_valgrind packages_ci

# packages_missing PACKAGE…: print those that are not installed.
packages_missing() {
	command -v dpkg-query >/dev/null || return 0
	for package in "$@"; do
		# shellcheck disable=SC2016 # dpkg-query's own ${}
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" \
		    2>/dev/null)" = installed ] || echo "$package"
	done
}

# need_packages PACKAGE…: install those that are not there.  Asks for root only
# if something is missing, and says in one line what cannot be had.
need_packages() {
	missing=$(packages_missing "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	as=
	if [ "$(id -u)" != 0 ]; then
		as=$(command -v sudo) || {
			echo "natterjack: missing packages, install them as root:" \
			    "apt-get install $missing" >&2
			return 1
		}
	fi
	echo "natterjack: installing $missing" >&2
	packages_apt "$missing" "$as" || {
		$as apt-get -qq update >&2 && packages_apt "$missing" "$as"
	} || {
		echo "natterjack: cannot install: apt-get install $missing" >&2
		return 1
	}
}

# packages_apt "PACKAGE…" [sudo]
packages_apt() {
	# shellcheck disable=SC2086 # a list of words
	${2:+"$2"} env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
	    --no-install-recommends -o Dpkg::Use-Pty=0 install $1 \
	    </dev/null >/dev/null
}

# need_account NAME: an account without a home or a login, made if need be.
# For root only.
need_account() {
	id -u "$1" >/dev/null 2>&1 ||
	    /usr/sbin/useradd --system --user-group --no-create-home \
	    --home-dir /nonexistent --shell /usr/sbin/nologin "$1" || {
		echo "natterjack: cannot create the account $1" >&2
		return 1
	}
}
