# An approval that comes while the password is still checked is nobody's approval.
   0       request A alice right          -> check_password A
   1s      factor approved A              -> nothing
   2s      password wrong A               -> nothing
   2s      factor approved A              -> nothing
   2s      clock                          -> reject A; login reject wrong_password 1

calls 0
