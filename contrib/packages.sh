# shellcheck shell=sh
# packages - Debian's packages, by what they are for, and installing the ones
# that are missing.  Sourced by contrib/quickstart, t/run and .ci/run; it runs
# nothing by itself.  Where there is no dpkg it leaves everything as it is, and
# ./configure names what it does not find.

# To build from a checkout.
packages_build="gcc make libc6-dev autoconf automake pkg-config libfcgi-dev
	libsqlite3-dev libjwt-dev libcrypt-dev libjansson-dev libssl-dev
	libseccomp-dev libev-dev libhttp-parser-dev uthash-dev jq"
# To run an instance.
packages_run="nginx curl jq util-linux"
# To run the tests.
packages_test="perl sqlite3 procps binutils systemd python3 python3-websockets
	python3-jsonschema python3-socketio python3-requests python3-websocket
	nodejs node-ws libwslay-dev chromium"
# To fetch what /docs and /redoc show /openapi.json with; only where there is no
# npm yet, which may have come another way.
packages_docs="nodejs npm"
# What single test runs need besides.
packages_asan="clang libclang-rt-14-dev"
packages_valgrind="valgrind"
packages_bench="wrk jq procps"
# What t/abuse throws at a server; no test of t/run needs it.
packages_abuse="slowhttptest siege nghttp2-client wfuzz"
packages_ci="cppcheck shellcheck clang-tidy xz-utils mandoc"
export packages_build packages_run packages_test packages_docs \
	packages_asan packages_valgrind packages_bench packages_abuse packages_ci

# packages_missing PACKAGE…: print those that are not installed.
packages_missing() {
	command -v dpkg-query >/dev/null || return 0
	# shellcheck disable=SC2016 # dpkg-query's own ${}
	installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" \
	    2>/dev/null | sed -n 's/ installed$//p' | tr '\n' ' ')
	for package in "$@"; do
		case " $installed " in
		*" $package "*) ;;
		*) echo "$package" ;;
		esac
	done
}

# need_packages PACKAGE…: install those that are not there.  Asks for root only
# if something is missing, and says in one line what cannot be had.
need_packages() {
	missing=$(packages_missing "$@" | tr '\n' ' ')
	missing=${missing% }
	[ -n "$missing" ] || return 0
	# nginx's packages start a server of their own; this tree does not use it,
	# and it stays off if it was not there before.
	install="exec 2>&1
		export DEBIAN_FRONTEND=noninteractive
		apt-get -qq update
		apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 \
		    install $missing </dev/null || exit 1
		case ' $missing ' in
		*' nginx '*) [ ! -d /run/systemd/system ] ||
			systemctl --quiet disable --now nginx ;;
		esac"
	if packages_can_be_root; then
		echo "natterjack: installing $missing" >&2
		said=$(packages_as_root "$install") && return 0
	else
		said=
	fi
	if [ -z "$said" ]; then
		echo "natterjack: packages are missing; as root:" \
		    "apt-get install $missing" >&2
	else
		echo "natterjack: apt-get install $missing fails:" \
		    "$(printf '%s\n' "$said" | grep -m 1 '^E:' ||
			printf '%s\n' "$said" | tail -n 1)" >&2
	fi
	return 1
}

# Somebody who can be asked for a password, or nobody who has to be asked.
packages_can_be_root() {
	[ "$(id -u)" != 0 ] || return 0
	if command -v sudo >/dev/null; then
		[ -t 0 ] || sudo -n true 2>/dev/null
	else
		[ -t 0 ] && command -v su >/dev/null
	fi
}

# packages_as_root SCRIPT
packages_as_root() {
	if [ "$(id -u)" = 0 ]; then
		sh -c "$1"
	elif command -v sudo >/dev/null; then
		sudo sh -c "$1"
	else
		echo "natterjack: su asks for the password of root" >&2
		su -c "$1"
	fi
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
