from __future__ import annotations

import pytest

from jupyter_mlops.store.mounts import file_system_type, is_local, is_shared_type

MOUNTS = r"""
overlay / overlay rw,relatime 0 0
/dev/sda1 /home ext4 rw 0 0
server:/export /home/me/net nfs4 rw 0 0
/dev/sdb1 /home/me/net/disk xfs rw 0 0
//smb/share /media/my\040share cifs rw 0 0
tmpfs /data tmpfs rw 0 0
ceph-fuse /data fuse.ceph-fuse rw 0 0
short line
""".lstrip()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "overlay"),
        ("/etc", "overlay"),
        ("/home", "ext4"),
        ("/homes/x", "overlay"),
        ("/home/me", "ext4"),
        ("/home/me/net", "nfs4"),
        ("/home/me/net/a/b", "nfs4"),
        ("/home/me/network", "ext4"),
        ("/home/me/net/disk/x", "xfs"),
        ("/media/my share/x", "cifs"),
        ("/data/x", "fuse.ceph-fuse"),
    ],
)
def test_the_innermost_and_latest_mount_holds_a_path(path, name):
    assert file_system_type(path, MOUNTS) == name


def test_where_the_system_says_nothing_the_type_is_empty_and_local():
    assert file_system_type("/x", "") == ""
    assert not is_shared_type("")


@pytest.mark.parametrize("name", ["nfs", "nfs4", "cifs", "smb3", "lustre", "9p", "fuse.sshfs", "fuse.s3fs", "virtiofs"])
def test_what_several_machines_may_write_is_shared(name):
    assert is_shared_type(name)


@pytest.mark.parametrize("name", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.fuse-overlayfs"])
def test_a_disk_of_this_machine_is_local(name):
    assert not is_shared_type(name)


def test_a_path_that_does_not_exist_yet_can_be_asked_about(tmp_path):
    assert is_local(tmp_path / "a/b") is is_local(tmp_path)
