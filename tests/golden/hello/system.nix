# Made by liminix-gen from hello.py: edit that file, then run `liminix-gen emit` again.
{ liminix }:
let
  kernel = liminix.kernel {
    architecture = "mips";
    image = "vmlinux";
    source = "6.12";
    patches = import ./lib/kernel/patches/mips.nix;
    preinit = ./lib/kernel/preinit.nix;
    symbols = {
      ADVISE_SYSCALLS = "y";
      BINFMT_ELF = "y";
      BINFMT_SCRIPT = "y";
      BLK_DEV = "y";
      BLK_DEV_INITRD = "y";
      BLK_DEV_WRITE_MOUNTED = "y";
      BLOCK = "y";
      BQL = "y";
      BUG = "y";
      CC_OPTIMIZE_FOR_SIZE = "y";
      COMPAT_32BIT_TIME = "y";
      CPU_LITTLE_ENDIAN = "y";
      CPU_MIPS32_R2 = "y";
      DEFAULT_FQ_CODEL = "y";
      DEVTMPFS = "y";
      DEVTMPFS_MOUNT = "y";
      EPOLL = "y";
      ETHTOOL_NETLINK = "y";
      EVENTFD = "y";
      EXPERT = "y";
      FHANDLE = "y";
      FILE_LOCKING = "y";
      FORTIFY_SOURCE = "y";
      FUTEX = "y";
      HARDENED_USERCOPY = "y";
      HIGH_RES_TIMERS = "y";
      HW_RANDOM = "y";
      HW_RANDOM_VIRTIO = "y";
      HZ_100 = "y";
      INET = "y";
      INITRAMFS_COMPRESSION_NONE = "y";
      INITRAMFS_SOURCE = "\"preinit.cpio\"";
      INOTIFY_USER = "y";
      IPV6 = "y";
      IPV6_MULTIPLE_TABLES = "y";
      IP_ADVANCED_ROUTER = "y";
      IP_MULTICAST = "y";
      IP_MULTIPLE_TABLES = "y";
      KALLSYMS = "y";
      LIST_HARDENED = "y";
      MEMBARRIER = "y";
      MFD_SYSCON = "y";
      MIPS_BOOTLOADER_CMDLINE_COOKIE = "\"liminix\"";
      MIPS_BOOTLOADER_CMDLINE_REQUIRE_COOKIE = "y";
      MIPS_CMDLINE_DTB_EXTEND = "y";
      MIPS_ELF_APPENDED_DTB = "y";
      MIPS_FP_SUPPORT = "y";
      MIPS_MALTA = "y";
      MISC_FILESYSTEMS = "y";
      MODULES = "y";
      MODULE_UNLOAD = "y";
      MTD = "y";
      MTD_BLOCK = "y";
      MTD_CFI = "y";
      MTD_CFI_INTELEXT = "y";
      MTD_CMDLINE_PARTS = "y";
      MTD_OF_PARTS = "y";
      MTD_PHRAM = "y";
      MTD_PHYSMAP = "y";
      MTD_PHYSMAP_OF = "y";
      MULTIUSER = "y";
      NET = "y";
      NETDEVICES = "y";
      NET_CORE = "y";
      NET_SCHED = "y";
      NET_SCH_DEFAULT = "y";
      NET_SCH_FQ_CODEL = "y";
      NO_HZ_IDLE = "y";
      PACKET = "y";
      PAGE_SIZE_4KB = "y";
      PANIC_ON_OOPS = "y";
      PANIC_TIMEOUT = "10";
      PARTITION_ADVANCED = "y";
      PCI = "y";
      PCI_QUIRKS = "y";
      POSIX_TIMERS = "y";
      POWER_RESET = "y";
      POWER_RESET_PIIX4_POWEROFF = "y";
      POWER_RESET_SYSCON = "y";
      PRINTK = "y";
      PRINTK_TIME = "y";
      PROC_FS = "y";
      PROC_PAGE_MONITOR = "y";
      PROC_SYSCTL = "y";
      RSEQ = "y";
      RTC_CLASS = "y";
      RTC_DRV_CMOS = "y";
      RTC_HCTOSYS = "y";
      RTC_SYSTOHC = "y";
      SECCOMP = "y";
      SECCOMP_FILTER = "y";
      SERIAL_8250 = "y";
      SERIAL_8250_CONSOLE = "y";
      SHMEM = "y";
      SIGNALFD = "y";
      SLAB_FREELIST_HARDENED = "y";
      SLAB_FREELIST_RANDOM = "y";
      SQUASHFS = "y";
      SQUASHFS_XZ = "y";
      STACKPROTECTOR = "y";
      STACKPROTECTOR_STRONG = "y";
      SYMBOLIC_ERRNAME = "y";
      SYN_COOKIES = "y";
      SYSFS = "y";
      TIMERFD = "y";
      TMPFS = "y";
      TTY = "y";
      UHI_BOOT = "y";
      UNIX = "y";
      UNIX98_PTYS = "y";
      VIRTIO_BLK = "y";
      VIRTIO_MENU = "y";
      VIRTIO_NET = "y";
      VIRTIO_PCI = "y";
    };
  };

  hardware = liminix.using ./lib/kernel/hardware.nix {
    inherit kernel;
    attached = [ ];
    deviceTree = "mti/malta.dtb";
    leftOut = [ ];
    modules = [ ];
    undriven = {
      "mti,malta-lcd" = "eight characters that QEMU shows nowhere";
    };
  };

  services = {
    hostname = liminix.callService {
      name = "hostname";
      body = ./modules/base/hostname/hostname.nix;
      type = "oneshot";
      parameters = {
        hostname = "hello";
      };
    };
    klog = liminix.callService {
      name = "klog";
      body = ./modules/base/klog/klog.nix;
      type = "longrun";
    };
    "sysctl.early" = liminix.callService {
      name = "sysctl.early";
      body = ./modules/base/sysctl/early.nix;
      type = "oneshot";
      parameters = {
        hardening = {
          "fs/protected_fifos" = "2";
          "fs/protected_hardlinks" = "1";
          "fs/protected_regular" = "2";
          "fs/protected_symlinks" = "1";
          "kernel/dmesg_restrict" = "1";
          "kernel/kptr_restrict" = "1";
          "kernel/randomize_va_space" = "2";
          "net/ipv4/conf/all/accept_redirects" = "0";
          "net/ipv4/conf/all/accept_source_route" = "0";
          "net/ipv4/conf/all/send_redirects" = "0";
          "net/ipv4/conf/default/accept_redirects" = "0";
          "net/ipv4/conf/default/accept_source_route" = "0";
          "net/ipv4/conf/default/arp_announce" = "2";
          "net/ipv4/conf/default/arp_ignore" = "1";
          "net/ipv4/conf/default/rp_filter" = "1";
          "net/ipv4/conf/default/send_redirects" = "0";
          "net/ipv6/conf/*/accept_redirects" = "0";
        };
      };
    };
    "link.lan" = liminix.callService {
      name = "link.lan";
      body = ./modules/network/link/link.nix;
      type = "oneshot";
      packages = [ "interface-wait" ];
      parameters = {
        devpath = "/devices/pci0000:00/0000:00:12.0";
        ifname = "lan";
        mac = null;
        mtu = null;
      };
      needs = [ "sysctl.early" ];
    };
    lan = liminix.callService {
      name = "lan";
      body = ./modules/network/address/address.nix;
      type = "oneshot";
      parameters = {
        address = "192.168.19.1";
        family = "inet";
        interface = services."link.lan";
        prefix_length = 24;
        router = null;
      };
      needs = [ "link.lan" ];
    };
    dns = liminix.callService {
      name = "dns";
      body = ./modules/dnsmasq/dnsmasq.nix;
      type = "longrun";
      packages = [ "dnsmasq-small" ];
      parameters = {
        arguments = [
          "--user=dnsmasq"
          "--group=dnsmasq"
          "--domain=lan"
          "--local=/lan/"
          "--domain-needed"
          "--bogus-priv"
          "--stop-dns-rebind"
          "--dhcp-name-match=set:nobodys,isatap"
          "--dhcp-name-match=set:nobodys,localhost"
          "--dhcp-name-match=set:nobodys,wpad"
          "--dhcp-name-match=set:nobodys,isatap.*"
          "--dhcp-name-match=set:nobodys,localhost.*"
          "--dhcp-name-match=set:nobodys,wpad.*"
          "--dhcp-ignore-names=tag:nobodys"
          "--dhcp-range=192.168.19.10,192.168.19.250"
        ];
        blocked = [ ];
        constructed = null;
        domain = "lan";
        follows = false;
        interface = services."lan";
        signed = false;
      };
      needs = [ "lan" ];
    };
    loopback = liminix.callService {
      name = "loopback";
      body = ./modules/base/loopback/loopback.nix;
      type = "oneshot";
      needs = [ "sysctl.early" ];
    };
    ssh = liminix.callService {
      name = "ssh";
      body = ./modules/ssh/ssh.nix;
      type = "longrun";
      packages = [
        "dropbear-small"
        "interface-listen"
      ];
      parameters = {
        arguments = [ ];
        authorized_keys = {
          root = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ";
        };
        interfaces = [ services."lan" ];
        listening = [ "22" ];
      };
      needs = [ "lan" ];
      upTimeout = 120000;
    };
    sysctl = liminix.callService {
      name = "sysctl";
      body = ./modules/base/sysctl/sysctl.nix;
      type = "oneshot";
      needs = [ "sysctl.early" ];
    };
  };
in
liminix.system {
  inherit hardware;
  inherit kernel;
  inherit services;
  board = {
    name = "qemu-mipsel";
    bigEndian = false;
    root = {
      type = "squashfs";
    };
    boot = {
      format = "elf";
      bootargs = "bootargs";
    };
    tftp = {
      memory = {
        address = "0x00000000";
        sizeBytes = 268435456;
      };
      kernel = {
        address = "0x04000000";
        sizeBytes = 67108864;
      };
      root = {
        address = "0x08000000";
        sizeBytes = 100663296;
      };
      reserved = {
        U-Boot = {
          address = "0x0e000000";
          sizeBytes = 33554432;
        };
      };
    };
  };
  commandLine = "console=ttyS0 root=/dev/vda rootfstype=squashfs ro init=/init";
  console = "shell";
  consoleDevice = "ttyS0";
  files = {
    "/etc/group" = {
      kind = "file";
      text = ''
        root:x:0:
        system:x:1:
        dnsmasq:x:51:
        nobody:x:65534:
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/hostname" = {
      kind = "file";
      text = "hello\n";
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/hosts" = {
      kind = "file";
      text = ''
        127.0.0.1 localhost
        ::1 localhost
        127.0.1.1 hello
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/passwd" = {
      kind = "file";
      text = ''
        root:x:0:0::/root:/bin/sh
        dnsmasq:x:51:51::/run:/bin/false
        nobody:x:65534:65534::/run:/bin/false
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/profile" = {
      kind = "file";
      text = ''
        export PATH=/bin
        PS1='\u@\h:\w\$ '
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/shadow" = {
      kind = "file";
      text = ''
        root:!:::::::
        dnsmasq:!:::::::
        nobody:!:::::::
      '';
      mode = "0600";
      user = 0;
      group = 0;
    };
    "/etc/shells" = {
      kind = "file";
      text = "/bin/sh\n";
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/sysctl.conf" = {
      kind = "file";
      text = ''
        net/ipv6/conf/all/accept_ra = 0
        net/ipv6/conf/all/autoconf = 0
        net/ipv6/conf/default/accept_ra = 0
        net/ipv6/conf/default/autoconf = 0
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/home" = {
      kind = "directory";
      mode = "0755";
      user = 0;
      group = 0;
    };
    "/root" = {
      kind = "directory";
      mode = "0700";
      user = 0;
      group = 0;
    };
    "/root/.ssh" = {
      kind = "link";
      target = "/run/ssh/root";
    };
    "/usr/lib/execline" = {
      kind = "link";
      target = "${liminix.packages.execline}/lib/execline";
    };
    "/var" = {
      kind = "directory";
      mode = "0755";
      user = 0;
      group = 0;
    };
    "/var/log" = {
      kind = "link";
      target = "/run/log";
    };
    "/var/run" = {
      kind = "link";
      target = "/run";
    };
  };
  hostname = "hello";
  images = {
    device-tree = ./outputs/device_tree/output.nix;
    kernel-image = ./outputs/kernel_image/output.nix;
    kexecboot = ./outputs/kexecboot/output.nix;
    squashfs = ./outputs/squashfs/output.nix;
    tftpboot = ./outputs/tftpboot/output.nix;
    vmroot = ./outputs/vmroot/output.nix;
  };
  outputs = {
    kexecboot = {
      ramBytes = 268435456;
      rootAddress = "0x04000000";
    };
    squashfs = { };
    tftpboot = { };
    vmroot = { };
  };
  packages = [
    "busybox"
    "execline"
    "logread"
    "s6"
    "services"
    "system"
  ];
  qemu = [ ];
  scripts = {
    boot-memory = ./lib/python/boot_memory.py;
    boot-tree = ./lib/python/boot_tree.py;
    kexec-image = ./lib/python/kexec_image.py;
    root-tree = ./lib/python/root_tree.py;
  };
  trialSeconds = 300;
}
