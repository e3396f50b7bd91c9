# Nobody can be called whose name is not given: as an unknown user.
   0       request A - right                  -> nothing
   1s      clock                              -> reject A; login reject unknown_user 1

calls 0
