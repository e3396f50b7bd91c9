# Without factors, but no RADIUS server behind: a Reject is delayed as ever.
factors none

   0       request A alice right id=1     -> check_password A
   50ms    password wrong A               -> nothing
   1s      clock                          -> reject A; login reject wrong_password 1

calls 0
