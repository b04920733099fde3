/**
  OpenWrt's tools that put images into the form of a vendor: tplink-safeloader
  and others.

  # Type

  { cmake, fetchFromGitHub, lib, openssl, stdenv, zlib } -> Derivation
*/
{
  cmake,
  fetchFromGitHub,
  lib,
  openssl,
  stdenv,
  zlib,
}:
stdenv.mkDerivation {
  pname = "firmware-utils";
  version = "0-unstable-2026-03-05";

  src = fetchFromGitHub {
    owner = "openwrt";
    repo = "firmware-utils";
    rev = "6a87eaf434cb89d4eba0b811a4b5d158fd9c519f";
    hash = "sha256-3pQKMV5cOl6/wmoh9gs6TTiBco/dhp1VzIsVknYk2tw=";
  };

  nativeBuildInputs = [ cmake ];
  buildInputs = [
    openssl
    zlib
  ];

  meta = {
    description = "Tools of OpenWrt that make firmware images";
    homepage = "https://github.com/openwrt/firmware-utils";
    license = lib.licenses.gpl2Only;
  };
}
