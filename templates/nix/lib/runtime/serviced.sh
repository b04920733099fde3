exec serviced -g "$graph" -c /dev/console
