"""The programs behind the Makefile; a folder holds what a program is made of."""
